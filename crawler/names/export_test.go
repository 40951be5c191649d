package names

// SystemChain is exported for the test of what is used where the DNS servers
// of the system are not known.
var SystemChain = systemChain
