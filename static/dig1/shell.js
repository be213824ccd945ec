// Comfort only: every page works without this file.
(() => {
  "use strict";

  const menus = () => document.querySelectorAll("details.menu[open]");

  // An open menu closes when something else is clicked or focused, and on Escape.
  const closeOthers = (event) => {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  };
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // <form data-once>: what works once is sent once, however often the button is clicked.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.once === "sent") event.preventDefault();
    else if ("once" in form.dataset) form.dataset.once = "sent";
  });

  // The passkey scripts report a failure by this event and otherwise show nothing.
  document.addEventListener("allauth.error", () => {
    const notice = document.getElementById("passkey-error");
    if (notice) notice.hidden = false;
  });
})();
