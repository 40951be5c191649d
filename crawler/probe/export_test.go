package probe

import "crypto/x509"

// Trust makes a prober accept certificates of an authority.
func (p *Prober) Trust(roots *x509.CertPool) { p.transport.TLSClientConfig.RootCAs = roots }

// The parsers, for their fuzz targets.
var (
	ReadAds    = readAds
	ReadGPC    = readGPC
	ReadRobots = readRobots
)
