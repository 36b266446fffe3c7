"use strict";
// Printing the summary: Streamlit's own buttons can only talk to the server, and the browser prints.
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("button.print")) window.print();
});
