// Package browser owns the browser process: how it is started, with which
// settings and which profile, and that it ends, with all its children, leaving
// nothing behind.
//
// It hands out a connection and fresh browser contexts. It must not know what
// is done in them.
package browser
