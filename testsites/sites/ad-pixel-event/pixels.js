// Reports as the tags of these companies send them: in the address, as a form, and as
// JSON. The hash is that of an e-mail address.
const hash = "d4c74594d841139328695756648b6bd6d4c74594d841139328695756648b6bd6";
const here = encodeURIComponent(location.href);
const get = address => { new Image().src = address };
get(`https://t.co/i/adsct?txn_id=o1&p_id=Twitter&events=${encodeURIComponent('[["pageview",{}]]')}&tw_document_href=${here}`);
get(`https://px.ads.linkedin.com/collect?v=2&fmt=gif&pid=123&conversionId=456&url=${here}`);
get(`https://ct.pinterest.com/v3/?tid=261&event=addtocart&ed=${encodeURIComponent('{"value":12,"currency":"EUR"}')}&pd=${encodeURIComponent(`{"em":"${hash}"}`)}`);
get(`https://bat.bing.com/action/0?ti=1&Ver=2&evt=custom&ea=order&gv=12&gc=EUR&p=${here}`);
get(`https://www.googleadservices.com/pagead/conversion/123/?label=abc&value=12&currency_code=EUR&em=tv.1~em.${"A".repeat(43)}&url=${here}`);
get(`https://alb.reddit.com/rp.gif?id=a2_1&event=Purchase&m.value=12&uuid=8a6e0804-2bd0-4672-b79d-d97027f9071a`);
get(`https://sslwidget.criteo.com/event?a=1&v=5&p0=${encodeURIComponent("e=vp&p=TEA-12")}`);
get(`https://trc.taboola.com/shop/log/3/unip?en=add_to_cart&revenue=12`);
fetch("https://tr.snapchat.com/p", {method: "POST", body: new URLSearchParams({pid: "1", ev: "ADD_CART", u_hem: hash, pl: location.href})});
fetch("https://analytics.tiktok.com/api/v2/pixel", {method: "POST", body: JSON.stringify({
  event: "AddToCart", context: {pixel: {code: "C1"}, page: {url: location.href}, user: {email: hash}}, properties: {value: 12, currency: "EUR", contents: [{content_id: "TEA-12"}]},
})});
const form = new FormData();
for (const [name, value] of Object.entries({id: "123456789012345", ev: "AddToCart", dl: location.href, "cd[value]": "12", "ud[em]": hash})) form.append(name, value);
fetch("https://www.facebook.com/tr/", {method: "POST", body: form});
// Two events in one report, after a no.
fetch("https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1.2&gcs=G100&dl=" + here, {method: "POST", body: "en=scroll&epn.percent=90\nen=view_item&epn.value=12"});
