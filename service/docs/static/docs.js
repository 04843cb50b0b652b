"use strict";
// Swagger UI over the description of this very service; nothing is validated or fetched elsewhere.
const place = document.getElementById("interface");
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
