package remote

import (
	"bytes"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
)

// HostKeyMismatch means that whoever answered is not the host that was meant. No second attempt will change that.
type HostKeyMismatch struct {
	Address  string
	Expected string // fingerprint
	Seen     string // fingerprint, or what is known in its place
}

func (e *HostKeyMismatch) Error() string {
	return fmt.Sprintf("%s is not the expected host: its host key should be %s, but it shows %s; nothing was sent to it",
		e.Address, e.Expected, e.Seen)
}

// pin makes the handshake fail, before authentication, with any other host key than the given one.
func pin(config *ssh.ClientConfig, address, hostKey string) error {
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(hostKey))
	if err != nil {
		return fmt.Errorf("hostKey is no public key in the form of authorized_keys: %w", err)
	}
	// A host has several keys and shows one of the type that the client asks for first: ask for the pinned one's.
	config.HostKeyAlgorithms = signatureAlgorithms(key.Type())
	config.HostKeyCallback = func(_ string, _ net.Addr, seen ssh.PublicKey) error {
		if bytes.Equal(seen.Marshal(), key.Marshal()) {
			return nil
		}
		return &HostKeyMismatch{Address: address, Expected: fingerprint(key), Seen: fingerprint(seen)}
	}
	return nil
}

// noSuchHostKey is the mismatch of a host that has no key of the pinned type at all.
func noSuchHostKey(address, hostKey string, offered []string) *HostKeyMismatch {
	key, _, _, _, _ := ssh.ParseAuthorizedKey([]byte(hostKey)) // pin has parsed it before
	return &HostKeyMismatch{
		Address:  address,
		Expected: fingerprint(key),
		Seen:     "no key of that type, only " + strings.Join(offered, ", "),
	}
}

func fingerprint(key ssh.PublicKey) string {
	return key.Type() + " " + ssh.FingerprintSHA256(key)
}

// An RSA key signs with SHA-2: servers have dropped the algorithm that bears the key type's own name, which means SHA-1.
func signatureAlgorithms(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{keyType}
}
