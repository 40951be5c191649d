// Like Pinterest's save button.
for (const link of document.querySelectorAll("[data-pin-do]")) {
  new Image().src = "https://log.pinterest.com/?type=pidget&guid=" + Math.random().toString(36).slice(2) + "&url=" + encodeURIComponent(location.href);
  link.textContent = "Save";
}
