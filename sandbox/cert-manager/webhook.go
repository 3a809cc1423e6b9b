package main

import (
	"context"

	"github.com/spf13/pflag"
	logsapi "k8s.io/component-base/logs/api/v1"

	config "github.com/cert-manager/cert-manager/internal/apis/config/webhook"
	"github.com/cert-manager/cert-manager/internal/webhook"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/cert-manager/cert-manager/pkg/webhook/options"
)

// webhookProgram checks and completes cert-manager's objects for the API server.
type webhookProgram struct {
	config *config.WebhookConfiguration
}

func newWebhookProgram() (*webhookProgram, error) {
	defaults, err := options.NewWebhookConfiguration()
	if err != nil {
		return nil, err
	}
	return &webhookProgram{defaults}, nil
}

func (p *webhookProgram) addFlags(flags *pflag.FlagSet) {
	options.AddConfigFlags(flags, p.config)
}

func (p *webhookProgram) logging() *logsapi.LoggingConfiguration { return &p.config.Logging }

func (p *webhookProgram) run(ctx context.Context) error {
	server, err := webhook.NewCertManagerWebhookServer(logf.FromContext(ctx), *p.config)
	if err != nil {
		return err
	}
	return server.Run(ctx)
}
