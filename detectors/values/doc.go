// Package values finds given values in requests and sockets, whatever they are
// wrapped in: as they are, encoded (also twice and in the middle of something
// longer), compressed, or as one of the usual hashes.
//
// It owns the search and knows nothing of what a find means: who may get what is
// judged by the techniques that ask. All work on a part is bounded, because parts
// come from hostile pages.
package values
