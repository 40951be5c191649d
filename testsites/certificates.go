package testsites

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// Hosts with a certificate that no client should accept. Their key is not the
// one of [Server.SPKI], so Chrome's list of ignored errors does not cover them.
const (
	expiredHost    = "expired.test"     // ran out a year ago
	wrongNameHost  = "wrong-name.test"  // was made for elsewhere.test
	selfSignedHost = "self-signed.test" // signed by nobody
)

// keys holds the authority and the one key pair of all valid certificates. Each
// host name gets a certificate of its own, so that Chrome does not put several
// hosts on one HTTP/2 connection, which separate companies would not share.
type keys struct {
	root, key, badKey *ecdsa.PrivateKey
	rootCert          *x509.Certificate
	rootPEM           []byte
	pool              *x509.CertPool
	spki              string

	mu     sync.Mutex
	made   map[string]*tls.Certificate
	serial int64
}

func newKeys() (*keys, error) {
	k := &keys{made: map[string]*tls.Certificate{}, pool: x509.NewCertPool(), serial: 1}
	for _, p := range []**ecdsa.PrivateKey{&k.root, &k.key, &k.badKey} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("testsites: make key: %w", err)
		}
		*p = key
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(k.serial),
		Subject:               pkix.Name{CommonName: "testsites authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(7 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.root.PublicKey, k.root)
	if err != nil {
		return nil, fmt.Errorf("testsites: make authority: %w", err)
	}
	if k.rootCert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("testsites: read authority: %w", err)
	}
	k.pool.AddCert(k.rootCert)
	k.rootPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})

	public, err := x509.MarshalPKIXPublicKey(&k.key.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("testsites: encode public key: %w", err)
	}
	sum := sha256.Sum256(public)
	k.spki = base64.StdEncoding.EncodeToString(sum[:])
	return k, nil
}

// certificate gives the certificate for the name a client asks for, and makes
// it at the first request.
func (k *keys) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if name == "" {
		name = "localhost"
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.made[name]; c != nil {
		return c, nil
	}
	c, err := k.make(name)
	if err != nil {
		return nil, err
	}
	k.made[name] = c
	return c, nil
}

func (k *keys) make(name string) (*tls.Certificate, error) {
	k.serial++
	t := &x509.Certificate{
		SerialNumber: big.NewInt(k.serial),
		Subject:      pkix.Name{CommonName: name},
		DNSNames:     []string{name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(7 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, signer, parent := k.key, k.root, k.rootCert
	switch name {
	case expiredHost:
		key = k.badKey
		t.NotBefore, t.NotAfter = t.NotBefore.AddDate(-2, 0, 0), t.NotAfter.AddDate(-1, 0, 0)
	case wrongNameHost:
		key = k.badKey
		t.DNSNames = []string{"elsewhere.test"}
	case selfSignedHost:
		key, signer, parent = k.badKey, k.badKey, t
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, fmt.Errorf("testsites: make certificate for %q: %w", name, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
