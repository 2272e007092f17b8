// gluon, the IMAP server in Proton's Bridge, for one test: gluon PORT STATE PASSWORD USER…
// Its mail is with gluon's own stand-in for Proton's service, set up as gluon's demonstration has it.
package main

import (
	"context"
	"crypto/tls"
	"log"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/ProtonMail/gluon"
	"github.com/ProtonMail/gluon/connector"
	"github.com/ProtonMail/gluon/imap"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	port, state, password, users := os.Args[1], os.Args[2], os.Args[3], os.Args[4:]
	pair, err := tls.LoadX509KeyPair(filepath.Join(state, "cert.pem"), filepath.Join(state, "key.pem"))
	must(err)
	server, err := gluon.New(
		gluon.WithDataDir(filepath.Join(state, "data")),
		gluon.WithDatabaseDir(filepath.Join(state, "database")),
		gluon.WithTLS(&tls.Config{Certificates: []tls.Certificate{pair}}),
	)
	must(err)
	ctx := context.Background()
	for _, user := range users {
		flags := imap.NewFlagSet(imap.FlagAnswered, imap.FlagSeen, imap.FlagFlagged, imap.FlagDeleted)
		service := connector.NewDummy([]string{user}, []byte(password), time.Second, flags, flags, imap.NewFlagSet())
		// What it tells of a change may come after the next one; it is not to end all of it for that.
		service.SetUpdatesAllowedToFail(true)
		_, err := server.AddUser(ctx, service, []byte(password))
		must(err)
		must(service.Sync(ctx))
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	must(err)
	must(server.Serve(ctx, listener))
	// A client that hangs up is an error there.
	for err := range server.GetErrorCh() {
		log.Print(err)
	}
}
