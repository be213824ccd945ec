// Names and keyboard access that Django's admin leaves out.
const start = window.django ? window.django.jQuery : (run) => run();

// With jQuery's own turn, so after the fields have been dressed up.
start(() => {
  const all = (selector) => document.querySelectorAll(selector);
  const name = (field, label) => {
    label.id ||= `${field.id}_label`;
    field.setAttribute("aria-labelledby", label.id);
  };

  // A field that is filled from a list says whom it was filled with, not only by which key.
  const choose = window.dismissRelatedLookupPopup;
  window.dismissRelatedLookupPopup = (list, key) => {
    const lookup = document.getElementById(`lookup_${list.name.replace(/__\d+$/, "")}`);
    const chosen = document.createElement("strong");
    chosen.textContent = list.document.querySelector(`[data-popup-opener="${key}"]`).textContent;
    lookup.parentElement.querySelector("strong")?.remove();
    lookup.after(" ", chosen);
    choose(list, key);
  };

  // Date and time stand under one legend.
  all(".datetime input").forEach((field) => {
    const legend = field.closest("fieldset, .form-row").querySelector("legend, label");
    if (legend) name(field, legend);
  });

  // Wide tables scroll, by the keyboard too; a head without text is no head.
  all(".inline-group").forEach((group) => (group.tabIndex = 0));
  all("thead th:empty").forEach((cell) => cell.replaceWith(document.createElement("td")));
});
