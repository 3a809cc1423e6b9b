// Command hostpath-provisioner stands in for MicroK8s' provisioner of the same name and
// runs under its manifest: it makes a folder of the node into a PersistentVolume for each
// claim of the class microk8s-hostpath, and removes the folder when the volume is released.
//
// The original makes folders in a helper pod on the volume's node. A sandbox has one
// node, and the manifest mounts the folder of all volumes here, so this one does it itself.
package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisionerName is what MicroK8s' StorageClass names.
const provisionerName = "microk8s.io/hostpath"

func main() {
	provisioner, err := fromEnvironment()
	if err != nil {
		log.Fatalf("hostpath-provisioner: %v", err)
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatalf("hostpath-provisioner: this program runs as a pod: %v", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		log.Fatalf("hostpath-provisioner: %v", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	controller.NewProvisionController(ctx, client, provisionerName, provisioner,
		// The manifest runs one replica, and folders are made and removed idempotently:
		// an election would only make a restarted pod wait for the old one's lease.
		controller.LeaderElection(false),
	).Run(ctx)
}
