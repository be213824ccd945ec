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

  // The passkey scripts report a failure by this event and otherwise show nothing.
  document.addEventListener("allauth.error", () => {
    const notice = document.getElementById("passkey-error");
    if (notice) notice.hidden = false;
  });
})();
