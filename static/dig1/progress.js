// Keeps a part of a page fresh while something is under way: <div id data-refresh="seconds">.
// Without scripts the page has a link to itself. [data-says] inside is read out when it changes.
"use strict";

(() => {
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");

  function wait(part) {
    if (part.dataset.refresh) setTimeout(refresh, 1000 * part.dataset.refresh, part);
  }

  async function refresh(part) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!fresh) return location.reload(); // signed out meanwhile, or an error page
      const says = fresh.querySelector("[data-says]")?.textContent.trim();
      if (says && says !== part.querySelector("[data-says]")?.textContent.trim()) {
        said.textContent = says;
      }
      if (!part.contains(document.activeElement)) {
        document.title = page.title;
        part.replaceWith(fresh);
        part = fresh;
      }
    } catch {
      // The line is down for a moment: what is shown stays, and is asked for again.
    }
    wait(part);
  }

  document.body.append(said);
  document.querySelectorAll("[data-refresh]").forEach(wait);
})();
