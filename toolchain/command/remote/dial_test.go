package remote

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func connect(ctx context.Context, c *Connection) error {
	client, err := c.dial(ctx)
	if err == nil {
		_ = client.Close()
	}
	return err
}

func TestDialWaitsForThePort(t *testing.T) {
	t.Parallel()
	s := newSSHD(t)
	go func() {
		time.Sleep(time.Second)
		s.start()
	}()
	start := time.Now()
	check(t, connect(t.Context(), s.connection()))
	if took := time.Since(start); took < 900*time.Millisecond {
		t.Fatalf("connected after %s, before there was a server", took)
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
}

func TestDialLimit(t *testing.T) {
	t.Parallel()
	s := newSSHD(t) // never started
	c := s.connection()
	c.DialErrorLimit = ptr(3)
	start := time.Now()
	err := connect(t.Context(), c)
	took := time.Since(start)
	if err == nil {
		t.Fatal("it connected to nothing")
	}
	for _, want := range []string{s.address(), "4 attempts", "dialErrorLimit 3", "connection refused"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	// The pauses between four attempts: 0.1, 0.2 and 0.4 s.
	if took < 700*time.Millisecond || took > 1500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

func TestUnlimitedDialStopsAtOnceWhenCancelled(t *testing.T) {
	t.Parallel()
	c := newSSHD(t).connection()
	c.DialErrorLimit = ptr(-1)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() { failed <- connect(ctx, c) }()
	select {
	case err := <-failed:
		t.Fatalf("it gave up: %v", err)
	case <-time.After(1200 * time.Millisecond): // amid a pause of 0.8 s
	}
	cancel()
	start := time.Now()
	err := <-failed
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 100*time.Millisecond {
		t.Errorf("it took %s to stop", took)
	}
}

// A port that is open but silent, such as one that QEMU forwards to a guest that has no server yet.
func TestPerDialTimeoutIncludesTheHandshake(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	c := &Connection{endpoint: endpoint{
		Host: ptr("127.0.0.1"), Port: ptr(float64(l.Addr().(*net.TCPAddr).Port)),
		PerDialTimeout: ptr(1), DialErrorLimit: ptr(0),
	}}
	start := time.Now()
	err = connect(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "no handshake within 1s") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took < 900*time.Millisecond || took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

// A booting machine may answer before its user's key is in place.
func TestRejectedLoginIsRepeated(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	key := s.read("authorized_keys")
	s.write("authorized_keys", "")
	c := s.connection()
	c.DialErrorLimit = ptr(1)
	if err := connect(t.Context(), c); err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
		t.Fatalf("got %v", err)
	}
	go func() {
		time.Sleep(500 * time.Millisecond)
		s.write("authorized_keys", key)
	}()
	check(t, connect(t.Context(), s.connection()))
}

func TestHostKey(t *testing.T) {
	t.Parallel()
	const authentication = "userauth-request"
	other := newSSHD(t)
	expected := func(c *Connection, key string) *Connection {
		c.HostKey = &key
		return c
	}
	t.Run("right", func(t *testing.T) {
		t.Parallel()
		s := startSSHD(t)
		for keyType, key := range s.hostKeys {
			if err := connect(t.Context(), expected(s.connection(), key)); err != nil {
				t.Errorf("%s: %v", keyType, err)
			}
		}
		// The negative control for the cases below: this is what an authentication looks like in the log.
		if !s.logged(authentication) {
			t.Error("the log does not show authentications")
		}
	})
	t.Run("wrong", func(t *testing.T) {
		t.Parallel()
		s := startSSHD(t)
		key := *other.hostKey()
		start := time.Now()
		err := connect(t.Context(), expected(s.connection(), key))
		refused(t, err, fingerprintOf(t, key), fingerprintOf(t, *s.hostKey()))
		if took := time.Since(start); took > time.Second {
			t.Errorf("it took %s: was it tried again?", took)
		}
		waitFor(t, "the server to see the refusal", func() bool { return s.logged("[preauth]") })
		if s.logged(authentication) {
			t.Error("an authentication was sent to the wrong host")
		}
	})
	t.Run("wrong type", func(t *testing.T) {
		t.Parallel()
		s := newSSHD(t)
		s.write("sshd_config", strings.ReplaceAll(s.read("sshd_config"), "HostKey "+s.path("host_rsa"), ""))
		s.start()
		key := s.hostKeys[ssh.KeyAlgoRSA]
		refused(t, connect(t.Context(), expected(s.connection(), key)), fingerprintOf(t, key), "only ssh-ed25519")
		if s.logged(authentication) {
			t.Error("an authentication was sent to the wrong host")
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		t.Parallel()
		if err := connect(t.Context(), expected(other.connection(), "SHA256:x")); err == nil || !strings.Contains(err.Error(), "hostKey") {
			t.Errorf("got %v", err)
		}
	})
}

func refused(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("it connected")
	}
	for _, want := range append(wants, "not the expected host") {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
}

func fingerprintOf(t *testing.T, authorizedKey string) string {
	t.Helper()
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(authorizedKey))
	check(t, err)
	return ssh.FingerprintSHA256(key)
}

func TestProxy(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	c := s.connection()
	c.Proxy = &ProxyConnection{endpoint: s.endpoint()}
	out, err := create(t.Context(), CommandInputs{Connection: c, Create: ptr("echo there")})
	if err != nil || out.Stdout != "there" {
		t.Fatalf("%q, %v", out.Stdout, err)
	}
	if !s.logged("direct-tcpip") {
		t.Error("the connection did not go through the proxy")
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })

	// Each of the two is pinned for itself.
	c.Proxy.HostKey = newSSHD(t).hostKey()
	err = connect(t.Context(), c)
	if err == nil || !strings.HasPrefix(err.Error(), "proxy: ") {
		t.Errorf("got %v", err)
	}
	refused(t, err, fingerprintOf(t, *c.Proxy.HostKey))

	// Behind the proxy, nothing listens yet.
	c.Proxy.HostKey = s.hostKey()
	c.Port, c.DialErrorLimit = ptr(float64(freePort(t))), ptr(1)
	if err := connect(t.Context(), c); err == nil || !strings.Contains(err.Error(), "2 attempts") {
		t.Errorf("got %v", err)
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
}
