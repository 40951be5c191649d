// Copies the page into a list, and leaves it to another script to send it.
window.kept = [];
(function walk(node, depth) {
  kept.push([depth, node.nodeName, node.nodeValue, [...node.attributes || []].map(a => a.name + "=" + a.value)]);
  for (const child of node.childNodes) walk(child, depth + 1);
})(document.documentElement, 0);
