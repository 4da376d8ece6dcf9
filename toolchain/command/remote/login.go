package remote

import (
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// login prepares the client's side of a handshake. What is returned with it has to be closed after the last dial.
func (e endpoint) login() (*ssh.ClientConfig, io.Closer, error) {
	config := &ssh.ClientConfig{
		User:            e.user(),
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the schema's promise when hostKey is not given
	}
	if e.HostKey != nil {
		if err := pin(config, e.address(), *e.HostKey); err != nil {
			return nil, nil, err
		}
	}
	if e.PrivateKey != nil {
		signer, err := e.signer()
		if err != nil {
			return nil, nil, fmt.Errorf("privateKey: %w", err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		password := *e.Password
		config.Auth = append(config.Auth, ssh.Password(password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, _ []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range answers {
					answers[i] = password
				}
				return answers, nil
			}))
	}
	socket, err := e.agent()
	if err != nil {
		return nil, nil, err
	}
	if socket == nil {
		return config, io.NopCloser(nil), nil
	}
	config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(socket).Signers))
	return config, socket, nil
}

func (e endpoint) signer() (ssh.Signer, error) {
	if e.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*e.PrivateKey), []byte(*e.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(*e.PrivateKey))
}

// agent connects to the SSH agent, if there is one. One that was asked for must be there; one that the environment merely
// names may be a leftover of an ended login.
func (e endpoint) agent() (net.Conn, error) {
	if e.AgentSocketPath != nil {
		socket, err := net.Dial("unix", *e.AgentSocketPath)
		if err != nil {
			return nil, fmt.Errorf("agentSocketPath: %w", err)
		}
		return socket, nil
	}
	if path := os.Getenv("SSH_AUTH_SOCK"); path != "" {
		if socket, err := net.Dial("unix", path); err == nil {
			return socket, nil
		}
	}
	return nil, nil
}
