// Counts which fields are used, without what is in them.
addEventListener("change", (e) => {
  navigator.sendBeacon("https://cdn.tracker.test/-/collect", JSON.stringify({page: location.href, field: e.target.name, filled: e.target.value !== "", length: e.target.value.length}));
}, true);
