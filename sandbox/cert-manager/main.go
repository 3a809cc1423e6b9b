// Command cert-manager is cert-manager's controller, webhook and cainjector, chosen by the
// first argument: the programs of its images, put together from its own packages.
//
// It takes the arguments that cert-manager's manifest gives to them. The issuers that need
// a service outside the cluster (ACME, Vault, Venafi) are left out, for they bring the client
// libraries of half a dozen clouds; an Issuer of these kinds gets no status.
package main

import (
	"context"
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
	run(ctx context.Context) error
}

func main() {
	if err := start(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "cert-manager: %v\n", err)
		os.Exit(1)
	}
}

func start(arguments []string) error {
	logging := logsapi.NewLoggingConfiguration()
	programs := map[string]func() (program, error){
		"controller": func() (program, error) { return &controllerProgram{}, nil },
		"webhook":    func() (program, error) { return newWebhookProgram(logging) },
		"cainjector": func() (program, error) { return &cainjectorProgram{}, nil },
	}
	if len(arguments) == 0 || programs[arguments[0]] == nil {
		return fmt.Errorf("the first argument must be controller, webhook or cainjector")
	}
	name := arguments[0]
	chosen, err := programs[name]()
	if err != nil {
		return err
	}
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	chosen.addFlags(flags)
	if flags.Lookup("v") == nil {
		logf.AddFlags(logging, flags)
	}
	if err := flags.Parse(arguments[1:]); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}

	logf.InitLogs()
	defer logf.FlushLogs()
	if err := logf.ValidateAndApply(logging); err != nil {
		return err
	}
	ctrl.SetLogger(logf.Log)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return chosen.run(logf.NewContext(ctx, logf.Log, name))
}
