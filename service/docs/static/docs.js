"use strict";
// Swagger UI over the description of this very service; nothing is validated or fetched elsewhere.
const place = document.getElementById("interface");

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// What a screen reader needs and Swagger UI leaves out: one main part of the page, names of fields, examples to scroll.
const mend = () => {
  for (const part of place.querySelectorAll("main:not([role])")) {
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", "Requests");
  }
  for (const field of place.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    field.setAttribute("aria-label", field.closest("[data-param-name]").dataset.paramName);
  }
  for (const field of place.querySelectorAll("select:not([aria-label], [id], [data-param-name] *)")) {
    field.setAttribute("aria-label", "Media type");
  }
  for (const example of place.querySelectorAll("pre:not([tabindex])")) example.tabIndex = 0;
};
new MutationObserver(mend).observe(place, { childList: true, subtree: true });

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.description,
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  tryItOutEnabled: true,
});
