package remote

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"
)

// keepFor is how long a connection waits for the next command on its host: a login is the dearest part of a command on a
// machine whose processor is emulated.
var keepFor = 30 * time.Second

// answerWithin is how long a kept connection may take to show that it is alive; a new one is dialled otherwise.
const answerWithin = 2 * time.Second

// idle holds connections that nobody uses, at most one for each host, user and credentials.
var idle = struct {
	sync.Mutex
	clients map[[sha256.Size]byte]*client
}{clients: map[[sha256.Size]byte]*client{}}

// key stands for what was said of a connection, but for its dialling: another host key or login is another connection.
func (c *Connection) key() [sha256.Size]byte {
	said := *c
	said.DialErrorLimit, said.PerDialTimeout = nil, nil
	text, err := json.Marshal(said)
	if err != nil {
		panic(err) // it holds texts and numbers alone
	}
	return sha256.Sum256(text)
}

// connect answers a kept connection that is alive, else a new one. It is the caller's alone, who keeps or closes it.
func (c *Connection) connect(ctx context.Context) (*client, error) {
	if kept := take(c.key(), nil); kept != nil {
		if kept.answers() {
			return kept, nil
		}
		_ = kept.Close()
	}
	return c.dial(ctx)
}

// keep hands a connection on to the next command. One that finds another there, or no taker in time, is closed.
func (c *Connection) keep(connection *client) {
	key := c.key()
	idle.Lock()
	defer idle.Unlock()
	if idle.clients[key] != nil || keepFor == 0 {
		_ = connection.Close()
		return
	}
	idle.clients[key] = connection
	time.AfterFunc(keepFor, func() {
		if take(key, connection) != nil {
			_ = connection.Close()
		}
	})
}

// take removes a kept connection: any, or only that one.
func take(key [sha256.Size]byte, only *client) *client {
	idle.Lock()
	defer idle.Unlock()
	kept := idle.clients[key]
	if kept == nil || (only != nil && kept != only) {
		return nil
	}
	delete(idle.clients, key)
	return kept
}

func (c *client) answers() bool {
	answered := make(chan bool, 1)
	go func() {
		_, _, err := c.SendRequest("keepalive@openssh.com", true, nil)
		answered <- err == nil
	}()
	select {
	case alive := <-answered:
		return alive
	case <-time.After(answerWithin):
		return false
	}
}
