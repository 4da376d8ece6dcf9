package remote

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

// upload copies a local path to the host by SFTP, on a connection of its own.
func (c *Connection) upload(ctx context.Context, source, destination string,
	transfer func(s *sftp.Client, source, destination string) error,
) error {
	what := fmt.Sprintf("copy %s to %s:%s", source, c.address(), destination)
	// A mistyped path is found before anybody waits for a host.
	if _, err := os.Stat(source); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	client, err := c.dial(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer client.Close()
	// SFTP knows no context: closing the connection ends it.
	release := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer release()

	// Concurrent writes are only unsafe for a file that is written on after an error, and none is.
	s, err := sftp.NewClient(client.Client, sftp.UseConcurrentWrites(true))
	if err == nil {
		defer s.Close()
		err = transfer(s, source, destination)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", what, context.Cause(ctx))
	}
	if client.dead.Load() {
		err = fmt.Errorf("the host has not answered for %s: %w", silence, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// copyTree copies a file or a directory. Where it lands depends on what is there:
//
//	source | destination is a directory | does not exist         | is a file
//	-------+----------------------------+------------------------+------------
//	dir    | destination/dir            | destination/dir        | error
//	dir/   | destination/*              | destination/*          | error
//	file   | destination/file           | destination            | overwritten
func copyTree(s *sftp.Client, source, destination string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		if there, err := s.Stat(destination); err == nil && there.IsDir() {
			destination = path.Join(destination, filepath.Base(source))
		}
		return copyFile(s, source, destination)
	}
	if err := makeDirectory(s, destination); err != nil {
		return err
	}
	if !strings.HasSuffix(source, "/") {
		destination = path.Join(destination, filepath.Base(source))
	}
	return fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return makeDirectory(s, path.Join(destination, name))
		default:
			return copyFile(s, filepath.Join(source, name), path.Join(destination, name))
		}
	})
}

func makeDirectory(s *sftp.Client, name string) error {
	there, err := s.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		err = s.Mkdir(name)
	case err == nil && !there.IsDir():
		err = errors.New("it exists and is no directory")
	}
	if err != nil {
		return fmt.Errorf("remote directory %s: %w", name, err)
	}
	return nil
}

func copyFile(s *sftp.Client, source, destination string) error {
	local, err := os.Open(source)
	if err != nil {
		return err
	}
	defer local.Close()
	remote, err := s.Create(destination)
	if err != nil {
		return fmt.Errorf("remote file %s: %w", destination, err)
	}
	// Only a close without an error says that the file is there.
	_, err = remote.ReadFrom(local)
	if err = errors.Join(err, remote.Close()); err != nil {
		return fmt.Errorf("remote file %s: %w", destination, err)
	}
	return nil
}
