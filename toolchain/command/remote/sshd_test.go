package remote

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// sshd is a real OpenSSH server on loopback, with keys, a port and a log of its own.
type sshd struct {
	t          *testing.T
	dir        string
	port       int
	hostKeys   map[string]string // public, by type
	privateKey string            // of the user who may log in
}

// newSSHD prepares a server; start starts it.
func newSSHD(t *testing.T) *sshd {
	t.Helper()
	s := &sshd{t: t, dir: t.TempDir(), port: freePort(t), hostKeys: map[string]string{}}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	s.hostKeys[ssh.KeyAlgoED25519], _ = s.writeKey("host_ed25519", ed)
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	s.hostKeys[ssh.KeyAlgoRSA], _ = s.writeKey("host_rsa", weak)
	_, login, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	public, private := s.writeKey("login", login)
	s.privateKey = private
	s.write("authorized_keys", public)
	s.write("sshd_config", fmt.Sprintf(`
ListenAddress 127.0.0.1:%d
HostKey %s/host_ed25519
HostKey %s/host_rsa
AuthorizedKeysFile %s/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AcceptEnv LVS_* PULUMI_COMMAND_*
Subsystem sftp internal-sftp
LogLevel DEBUG1
`, s.port, s.dir, s.dir, s.dir))
	return s
}

func startSSHD(t *testing.T) *sshd {
	t.Helper()
	s := newSSHD(t)
	s.start()
	return s
}

func (s *sshd) start() {
	s.t.Helper()
	const binary = "/usr/sbin/sshd" // sshd wants to be called by its absolute path
	if _, err := os.Stat(binary); err != nil {
		s.t.Fatal("these tests need a real SSH server: apt-get install openssh-server")
	}
	if os.Geteuid() == 0 {
		check(s.t, os.MkdirAll("/run/sshd", 0o755)) // privilege separation; a service manager would have made it
	}
	process := exec.Command(binary, "-D", "-f", s.path("sshd_config"), "-E", s.path("log"))
	process.Stderr = os.Stderr
	check(s.t, process.Start())
	s.t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	waitFor(s.t, "sshd to listen", func() bool {
		c, err := net.Dial("tcp", s.address())
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (s *sshd) address() string          { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }
func (s *sshd) path(name string) string  { return filepath.Join(s.dir, name) }
func (s *sshd) write(name, text string)  { check(s.t, os.WriteFile(s.path(name), []byte(text), 0o600)) }
func (s *sshd) read(name string) string  { return read(s.t, s.path(name)) }
func (s *sshd) hostKey() *string         { return ptr(s.hostKeys[ssh.KeyAlgoED25519]) }
func (s *sshd) logged(words string) bool { return strings.Contains(s.read("log"), words) }

// established counts the server's open connections, as the kernel sees them.
func (s *sshd) established() int {
	const state = "01" // ESTABLISHED
	count := 0
	for line := range strings.Lines(read(s.t, "/proc/net/tcp")) {
		if f := strings.Fields(line); len(f) > 3 && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", s.port)) && f[3] == state {
			count++
		}
	}
	return count
}

func (s *sshd) endpoint() endpoint {
	me, err := user.Current()
	check(s.t, err)
	return endpoint{
		Host: ptr("127.0.0.1"), Port: ptr(float64(s.port)), User: &me.Username,
		PrivateKey: &s.privateKey, HostKey: s.hostKey(),
	}
}

func (s *sshd) connection() *Connection { return &Connection{endpoint: s.endpoint()} }

func (s *sshd) writeKey(name string, key any) (public, private string) {
	block, err := ssh.MarshalPrivateKey(key, "")
	check(s.t, err)
	signer, err := ssh.NewSignerFromKey(key)
	check(s.t, err)
	private = string(pem.EncodeToMemory(block))
	s.write(name, private)
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(signer.PublicKey()))), private
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	check(t, err)
	return string(text)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 5 s for %s", what)
		}
	}
}

func ptr[T any](value T) *T { return &value }
