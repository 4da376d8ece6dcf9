package remote

import (
	"strings"
	"testing"
	"time"
)

// Not parallel: it changes for how long connections are kept.
func TestTheNextCommandUsesTheConnection(t *testing.T) {
	defer func(before time.Duration) { keepFor = before }(keepFor)
	keepFor = time.Second
	s := startSSHD(t)
	const authentication = "userauth-request"
	logins := func() int { return strings.Count(s.read("log"), authentication) }
	run := func(c *Connection, command string) error {
		_, err := create(t.Context(), CommandInputs{Connection: c, Create: &command})
		return err
	}

	check(t, run(s.connection(), "true"))
	once := logins()
	patient := s.connection()
	patient.DialErrorLimit = ptr(3)
	check(t, run(patient, "true"))
	if once == 0 || logins() != once {
		t.Fatalf("%d logins after one command, %d after two", once, logins())
	}

	// Two at once need two connections, and one is kept.
	both := make(chan error, 2)
	for range 2 {
		go func() { both <- run(s.connection(), "sleep 0.3") }()
	}
	check(t, <-both)
	check(t, <-both)
	waitFor(t, "one connection to be closed", func() bool { return s.established() == 1 })

	// What is said differently is another connection.
	before := logins()
	other := s.connection()
	other.HostKey = nil
	check(t, run(other, "true"))
	if logins() == before {
		t.Error("a connection was used for another one")
	}

	waitFor(t, "the connections that nobody wants to be closed", func() bool { return s.established() == 0 })

	// After a failure something of the command may still be there.
	if run(s.connection(), "false") == nil {
		t.Fatal("false is no failure")
	}
	waitFor(t, "its connection to be closed", func() bool { return s.established() == 0 })
}

func TestAKeptConnectionThatIsDeadIsDialledAgain(t *testing.T) {
	defer func(before time.Duration) { keepFor = before }(keepFor)
	keepFor = time.Minute
	s := startSSHD(t)
	relay, freeze := newRelay(t, s.address())
	frozen := s.connection()
	frozen.Port = ptr(float64(relay))
	if _, err := create(t.Context(), CommandInputs{Connection: frozen, Create: ptr("true")}); err != nil {
		t.Fatal(err)
	}
	freeze()
	kept := take(frozen.key(), nil)
	if kept == nil {
		t.Fatal("the connection was not kept")
	}
	defer kept.Close()
	if kept.answers() {
		t.Error("a frozen connection answers")
	}
}
