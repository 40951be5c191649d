// Keeps nothing.
self.onfetch = () => {};
