// Keeps a part of a page fresh while something is under way: <div id data-refresh="seconds">.
// Without scripts the page has a link to itself. [data-says] inside is read out when it changes.
"use strict";

(() => {
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");

  const saysIn = (part) => part.querySelector("[data-says]")?.textContent.trim();

  function wait(part) {
    if (part.dataset.refresh) setTimeout(refresh, 1000 * part.dataset.refresh, part);
  }

  async function ask() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      return answer.status < 500 ? await answer.text() : null;
    } catch {
      return null; // the line is down
    }
  }

  async function refresh(part) {
    const text = await ask();
    if (text === null) return wait(part); // for a moment: what is shown stays, and is asked again
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.getElementById(part.id);
    if (!fresh) return location.reload(); // signed out meanwhile, or gone
    const says = saysIn(fresh);
    if (says && says !== saysIn(part)) said.textContent = says;
    document.title = page.title;
    wait(renew(part, fresh));
  }

  // What has the focus stays where it is, if it is still there: the rest is put around it.
  function renew(part, fresh) {
    const kept = [...part.children].find((child) => child.contains(document.activeElement));
    const children = [...fresh.children];
    const twin = kept && children.findIndex((child) => child.textContent === kept.textContent);
    if (!kept || twin < 0) {
      part.replaceWith(fresh);
      return fresh;
    }
    [...part.children].forEach((child) => child === kept || child.remove());
    kept.before(...children.slice(0, twin));
    kept.after(...children.slice(twin + 1));
    part.dataset.refresh = fresh.dataset.refresh ?? "";
    return part;
  }

  document.body.append(said);
  document.querySelectorAll("[data-refresh]").forEach(wait);
})();
