// Names and keyboard access that Django's admin leaves out.
window.addEventListener("load", () => {
  const all = (selector) => document.querySelectorAll(selector);
  const name = (field, label) => {
    label.id ||= `${field.id}_label`;
    field.setAttribute("aria-labelledby", label.id);
  };

  // A field that completes what is typed shows a box of its own.
  all("select.admin-autocomplete").forEach((select) => {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) return;
    [box, ...box.querySelectorAll("[role=textbox]")].forEach((part) => name(part, label));
  });

  // Date and time stand under one legend.
  all(".datetime input").forEach((field) => {
    const legend = field.closest("fieldset, .form-row").querySelector("legend, label");
    if (legend) name(field, legend);
  });

  // Wide tables scroll, by the keyboard too; a head without text is no head.
  all(".inline-group").forEach((group) => (group.tabIndex = 0));
  all("thead th:empty").forEach((cell) => cell.replaceWith(document.createElement("td")));
});
