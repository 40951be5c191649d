// Package cdp owns one connection to a browser that speaks the Chrome DevTools
// Protocol, and the sessions on it.
//
// chromedp gives the transport and cdproto the types of commands and events.
// chromedp's own tabs are not used for visited pages: they drop the messages of
// sessions they did not open themselves, and cannot hold a new target before its
// first script. Here every target that Chrome attaches is a [Session], and its
// events go, in order and without waiting, to one sink.
//
// The package knows messages, sessions and calls. It must not know what a visit
// is, nor what the events mean.
package cdp
