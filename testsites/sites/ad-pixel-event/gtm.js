// Like a container that the shop serves itself.
window.google_tag_manager = {"GTM-SHOP1": {}};
