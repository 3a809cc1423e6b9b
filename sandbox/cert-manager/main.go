// Command cert-manager is cert-manager's controller, webhook and cainjector, chosen by the
// first argument: the programs of its images, put together from its own packages.
//
// It takes the arguments that cert-manager's manifest gives to them. The issuers that need
// a service outside the cluster (ACME, Vault, Venafi) are left out, for they bring the client
// libraries of half a dozen clouds; an Issuer of these kinds gets no status.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"
	logsapi "k8s.io/component-base/logs/api/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	logf "github.com/cert-manager/cert-manager/pkg/logs"
)

// program is one of the three: it defines its flags and, once they are parsed, runs
// until the context ends.
type program interface {
	addFlags(flags *pflag.FlagSet)
	logging() *logsapi.LoggingConfiguration
	run(ctx context.Context) error
}

// logs is the logging of a program whose configuration does not have one.
type logs struct{ configuration *logsapi.LoggingConfiguration }

func newLogs() logs { return logs{logsapi.NewLoggingConfiguration()} }

func (l logs) logging() *logsapi.LoggingConfiguration { return l.configuration }

func main() {
	if err := start(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "cert-manager: %v\n", err)
		os.Exit(1)
	}
}

func start(arguments []string) error {
	name, chosen, err := parse(arguments)
	if err != nil {
		return err
	}
	logf.InitLogs()
	defer logf.FlushLogs()
	if err := logf.ValidateAndApply(chosen.logging()); err != nil {
		return err
	}
	ctrl.SetLogger(logf.Log)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return chosen.run(logf.NewContext(ctx, logf.Log, name))
}

// parse chooses the program and sets it up as the arguments say.
func parse(arguments []string) (string, program, error) {
	programs := map[string]func() (program, error){
		"controller": func() (program, error) { return &controllerProgram{logs: newLogs()}, nil },
		"webhook":    func() (program, error) { return newWebhookProgram() },
		"cainjector": func() (program, error) { return &cainjectorProgram{logs: newLogs()}, nil },
	}
	if len(arguments) == 0 || programs[arguments[0]] == nil {
		return "", nil, errors.New("the first argument must be controller, webhook or cainjector")
	}
	name := arguments[0]
	chosen, err := programs[name]()
	if err != nil {
		return "", nil, err
	}
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	flags.Usage = func() {}
	chosen.addFlags(flags)
	if err := flags.Parse(arguments[1:]); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	if rest := flags.Args(); len(rest) > 0 {
		return "", nil, fmt.Errorf("%s takes no argument like %q", name, rest[0])
	}
	return name, chosen, nil
}
