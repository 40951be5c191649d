// Package abp owns the syntax of Adblock Plus network rules, as EasyList and
// EasyPrivacy use it: reading a list and telling which of its rules apply to a
// request.
//
// It must not know vendors, trackers or where lists come from. Cosmetic rules
// (element hiding, snippets) are not read. Syntax and meaning follow
// https://help.adblockplus.org/hc/en-us/articles/360062733293 and, for options
// that only uBlock Origin knows,
// https://github.com/gorhill/uBlock/wiki/Static-filter-syntax.
//
// A [List] is built once and never changes, so any number of goroutines may
// match against it.
package abp
