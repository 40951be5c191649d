// 100,000 calls of the canvas with as many settings, 1,000,000 reads of the user
// agent, 1,000 writes of a cookie. How long each took stands in the page.
const took = {}, clock = (name, work) => { const start = performance.now(); work(); took[name] = Math.round(performance.now() - start) };
const draw = document.createElement("canvas").getContext("2d");
clock("canvas_ms", () => { for (let i = 0; i < 100000; i++) { draw.fillStyle = i % 2 ? "#f60" : "#069"; draw.fillText("call", i % 200, 12) } });
clock("user_agent_ms", () => { let n = 0; for (let i = 0; i < 1000000; i++) n += navigator.userAgent.length; took.user_agent_characters = n });
clock("cookie_ms", () => { for (let i = 0; i < 1000; i++) document.cookie = "count=" + i });
document.getElementById("took").textContent = JSON.stringify(took);
window.__took = took;
document.title = "Very many calls: done";
