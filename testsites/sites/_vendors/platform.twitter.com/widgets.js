// Like the widgets of X: links become framed buttons.
for (const link of document.querySelectorAll(".twitter-share-button")) {
  const frame = document.createElement("iframe");
  frame.width = 80; frame.height = 24; frame.title = "Post";
  frame.src = "https://platform.twitter.com/widgets/tweet_button.html?url=" + encodeURIComponent(location.href);
  link.replaceWith(frame);
}
