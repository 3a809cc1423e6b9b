package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/containerd/nri/pkg/api"
	"github.com/containerd/nri/pkg/stub"
)

var errRuntimeGone = errors.New("the container runtime has closed its connection")

// watcher is told of pods by containerd, and does nothing with it.
type watcher struct{}

// RunPodSandbox is there because a plugin must ask for something.
func (watcher) RunPodSandbox(context.Context, *api.PodSandbox) error { return nil }

// untilRuntimeEnds is a context that ends, with errRuntimeGone, when containerd does.
//
// From containerd the library learns a pod's address before the pod's first program starts. When it has lost that
// connection it goes on with what the API server says, which is later: a new pod is unknown for a moment, and so is
// free. Its own connection is out of reach, so this one stands for it.
func untilRuntimeEnds(ctx context.Context) (context.Context, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	plugin, err := stub.New(watcher{}, stub.WithPluginName("network-policies-watch"), stub.WithPluginIdx("20"),
		stub.WithOnClose(func() { cancel(errRuntimeGone) }))
	if err != nil {
		return nil, err
	}
	if err := plugin.Start(ctx); err != nil {
		return nil, fmt.Errorf("the container runtime: %w", err)
	}
	return ctx, nil
}
