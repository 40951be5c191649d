// Statistics of the shop's own making: events, amounts and pages, which nobody else
// gets, and a search whose parameters are named like those of pixels.
fetch("/-/json?event=purchase&value=12&currency=EUR&id=42&url=" + encodeURIComponent(location.href));
fetch("/-/json", {method: "POST", body: JSON.stringify({event: "add_to_cart", properties: {value: 12}, page: {url: location.href}})});
fetch("/-/json?id=12&ev=3&ts=1");
