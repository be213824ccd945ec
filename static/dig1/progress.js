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

  // What has the focus stays where it is, and the rest is put around it; or its like gets the focus.
  function renew(part, fresh) {
    const focused = part.contains(document.activeElement) && document.activeElement;
    const kept = [...part.children].find((child) => focused && child.contains(focused));
    const children = [...fresh.children];
    const twin = children.findIndex((child) => kept && child.textContent === kept.textContent);
    if (twin < 0) {
      part.replaceWith(fresh);
      if (focused) like(focused, fresh)?.focus({ preventScroll: true });
      return fresh;
    }
    [...part.children].forEach((child) => child === kept || child.remove());
    kept.before(...children.slice(0, twin));
    kept.after(...children.slice(twin + 1));
    part.dataset.refresh = fresh.dataset.refresh ?? "";
    return part;
  }

  const like = (one, part) =>
    [...part.querySelectorAll(one.localName)].find((it) => it.textContent === one.textContent);

  document.body.append(said);
  document.querySelectorAll("[data-refresh]").forEach(wait);
})();
