// Command network-policies enforces Kubernetes' NetworkPolicies on the sandbox's node, in the place of MicroK8s' Calico.
//
// Who may talk to whom is decided by the library kube-network-policies: the kernel hands it the first packet of each
// connection and waits for its verdict. The library's own rules need nftables with a queue, which not every kernel
// has; the rules here are iptables'. They are there before anything is known of the cluster and stay when this
// program ends, so that what is not decided is not let through.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/signal"
	"syscall"

	"github.com/go-logr/logr"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

func main() {
	klog.InitFlags(nil)
	kubeconfig := flag.String("kubeconfig", "", "`file` that says how to reach the API server, and as whom")
	node := flag.String("node", "", "`name` of the node")
	pods := flag.String("cluster-cidr", "", "`range` of the pods' addresses")
	queue := flag.Int("queue", 100, "`number` of the kernel's queue")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := enforce(ctx, *kubeconfig, *node, *pods, *queue); err != nil {
		klog.Fatalf("network-policies: %v", err)
	}
}

func enforce(ctx context.Context, kubeconfig, node, pods string, queue int) error {
	if err := install(ctx, pods, queue); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("the kubeconfig: %w", err)
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("the kubeconfig: %w", err)
	}
	ctx, err = untilRuntimeEnds(ctx)
	if err != nil {
		return err
	}
	cluster := informers.NewSharedInformerFactory(client, 0)
	core := cluster.Core().V1()
	controller, err := networkpolicy.NewController(client, cluster.Networking().V1().NetworkPolicies(),
		core.Namespaces(), core.Pods(), nil, nil, nil, nil, networkpolicy.Config{NodeName: node, QueueID: queue})
	if err != nil {
		return err
	}
	cluster.Start(ctx.Done())
	log := logr.New(&drops{write: func(line string) { klog.Info(line) }})
	if err := controller.Run(klog.NewContext(ctx, log)); err != nil {
		return err
	}
	if cause := context.Cause(ctx); errors.Is(cause, errRuntimeGone) {
		return cause
	}
	return nil
}
