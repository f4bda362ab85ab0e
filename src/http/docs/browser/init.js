/** Draws the contract of the server that this page is from, with Swagger UI. */

// Swagger UI has a dark form, and a switch for it in its own bar, which this page does not show.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

/** @type {(options: object) => void} */
const drawContract = Reflect.get(globalThis, "SwaggerUIBundle");
drawContract({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  displayOperationId: false,
  tryItOutEnabled: true,
  showCommonExtensions: true,
  // It would send the contract to a site of Swagger.
  validatorUrl: null,
});
