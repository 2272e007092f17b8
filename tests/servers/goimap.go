// go-imap's server with the backend that comes with it, for one test: goimap PORT STATE PASSWORD USER
// Its mail is in memory, and it has one user.
package main

import (
	"crypto/tls"
	"log"
	"net"
	"os"
	"path/filepath"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/backend"
	"github.com/emersion/go-imap/backend/memory"
	"github.com/emersion/go-imap/server"
)

// renamed lets the backend's only user in by the test's name and password.
type renamed struct {
	memory         *memory.Backend
	name, password string
}

func (to renamed) Login(from *imap.ConnInfo, name, password string) (backend.User, error) {
	if name != to.name || password != to.password {
		return nil, backend.ErrInvalidCredentials
	}
	return to.memory.Login(from, "username", "password")
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	port, state, password, user := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	pair, err := tls.LoadX509KeyPair(filepath.Join(state, "cert.pem"), filepath.Join(state, "key.pem"))
	must(err)
	account := renamed{memory.New(), user, password}
	mail, err := account.Login(nil, user, password)
	must(err)
	inbox, err := mail.GetMailbox("INBOX")
	must(err)
	// It comes with a message.
	inbox.(*memory.Mailbox).Messages = nil
	imapd := server.New(account)
	imapd.Addr = net.JoinHostPort("127.0.0.1", port)
	imapd.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
	imapd.AllowInsecureAuth = true
	must(imapd.ListenAndServe())
}
