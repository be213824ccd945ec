// Answers that could not be saved stay where they were typed, are told, and are tried again.
"use strict";

(() => {
  const form = document.getElementById("answers");
  const waiting = new Set();
  const AGAIN = 5000;

  function keep(question, why) {
    waiting.add(question);
    const status = question.querySelector(".answer-status");
    status.querySelector(".unsaved")?.remove();
    const said = document.createElement("p");
    said.className = "unsaved text-danger mb-0";
    said.textContent = form.dataset[why];
    status.append(said);
    setTimeout(() => waiting.has(question) && htmx.trigger(question, "retry"), AGAIN);
  }

  form.addEventListener("htmx:sendError", (event) => keep(event.detail.elt, "unsaved"));
  form.addEventListener("htmx:timeout", (event) => keep(event.detail.elt, "unsaved"));
  form.addEventListener("htmx:responseError", (event) => keep(event.detail.elt, "unsaved"));

  // Whoever has been signed out gets the page to sign in: that is no answer to a save.
  form.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, elt } = event.detail;
    if (new URL(xhr.responseURL).pathname !== requestConfig.path) {
      event.detail.shouldSwap = false;
      keep(elt, "signedOut");
    } else if (xhr.status < 500) {
      waiting.delete(elt);
    }
  });

  // A text that was typed is saved when its field is left, and leaving the page leaves it, too.
  addEventListener("beforeunload", (event) => waiting.size && event.preventDefault());
  form.addEventListener("submit", () => waiting.clear());
})();
