"use strict";
// Takes a one-time link's secret out of the address and sends it as a form, so that it stands in no history or log.
(() => {
  const secret = window.location.hash.slice(1);
  if (!secret) return;
  window.history.replaceState(null, "", window.location.pathname);
  const field = document.getElementById("link");
  field.value = secret;
  field.form.requestSubmit();
})();
