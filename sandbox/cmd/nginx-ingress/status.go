package main

import (
	"context"
	"net"
	"os"
	"reflect"
	"sync/atomic"
	"time"

	networking "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// statusReporter writes into each Ingress the address at which it can be reached.
type statusReporter struct {
	client    kubernetes.Interface
	options   *options
	namespace string
	leads     atomic.Bool
	// again is called when this process begins to lead: then everything is to be written.
	again func()
}

// update writes the address into the Ingresses that are in force, if this process leads.
func (s *statusReporter) update(ctx context.Context, verdicts []verdict, known *cluster) {
	if !s.options.reportStatus || !s.leads.Load() {
		return
	}
	address := s.address(known)
	if address == nil {
		return
	}
	for _, own := range verdicts {
		if own.rejected != "" || reflect.DeepEqual(own.ingress.Status.LoadBalancer.Ingress, address) {
			continue
		}
		changed := own.ingress.DeepCopy()
		changed.Status.LoadBalancer.Ingress = address
		_, err := s.client.NetworkingV1().Ingresses(changed.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
		if err != nil {
			// A newer version of it is under way, and with it another round.
			klog.Infof("the status of %s/%s was not written: %v", changed.Namespace, changed.Name, err)
		}
	}
}

// address is what the ConfigMap says, else what the service that -external-service names has.
func (s *statusReporter) address(known *cluster) []networking.IngressLoadBalancerIngress {
	if known.configMap != nil && known.configMap.Data[externalAddress] != "" {
		address := known.configMap.Data[externalAddress]
		if net.ParseIP(address) != nil {
			return []networking.IngressLoadBalancerIngress{{IP: address}}
		}
		return []networking.IngressLoadBalancerIngress{{Hostname: address}}
	}
	service := known.services[types.NamespacedName{Namespace: s.namespace, Name: s.options.externalService}]
	if service == nil {
		return nil
	}
	var found []networking.IngressLoadBalancerIngress
	for _, balancer := range service.Status.LoadBalancer.Ingress {
		found = append(found, networking.IngressLoadBalancerIngress{IP: balancer.IP, Hostname: balancer.Hostname})
	}
	return found
}

// lead makes one of several replicas the one that reports, until the context ends.
func (s *statusReporter) lead(ctx context.Context) error {
	if !s.options.reportStatus {
		return nil
	}
	if !s.options.leaderElection {
		s.leads.Store(true)
		s.again()
		return nil
	}
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, s.namespace, s.options.leaseName,
		s.client.CoreV1(), s.client.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: os.Getenv("POD_NAME")})
	if err != nil {
		return err
	}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:            lock,
		LeaseDuration:   15 * time.Second,
		RenewDeadline:   10 * time.Second,
		RetryPeriod:     2 * time.Second,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) {
				s.leads.Store(true)
				s.again()
			},
			OnStoppedLeading: func() { s.leads.Store(false) },
		},
	})
	if err != nil {
		return err
	}
	// A lease that was lost, while the API server was away for instance, is tried for again.
	for ctx.Err() == nil {
		elector.Run(ctx)
	}
	return nil
}
