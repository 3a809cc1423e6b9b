package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

// everything is the one key of the queue: each round looks at the whole cluster.
const everything = "everything"

// settle is how long a round waits for more changes: things that belong together come together.
const settle = 100 * time.Millisecond

// controller keeps nginx as the cluster says.
type controller struct {
	options  *options
	nginx    *nginx
	events   record.EventRecorder
	status   *statusReporter
	ipv6     bool
	ready    atomic.Bool
	queue    workqueue.TypedRateLimitingInterface[string]
	synced   []cache.InformerSynced
	started  []func(stop <-chan struct{})
	round    int
	said     map[types.UID]uint64 // what was last said of each object
	loaded   string               // the configuration in force, without its version
	ingress  cache.SharedIndexInformer
	service  cache.SharedIndexInformer
	slices   cache.SharedIndexInformer
	secret   cache.SharedIndexInformer
	settings cache.SharedIndexInformer // the ConfigMap; nil without one
}

func newController(
	client kubernetes.Interface, o *options, runs *nginx, events record.EventRecorder, status *statusReporter,
) (*controller, error) {
	c := &controller{
		options: o, nginx: runs, events: events, status: status, said: map[types.UID]uint64{},
		queue: workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]()),
	}
	if _, err := os.Stat("/proc/net/if_inet6"); err == nil {
		c.ipv6 = true
	}
	all := informers.NewSharedInformerFactory(client, 0)
	c.ingress = all.Networking().V1().Ingresses().Informer()
	c.service = all.Core().V1().Services().Informer()
	c.slices = all.Discovery().V1().EndpointSlices().Informer()
	// Other secrets are none of a proxy's business.
	certificates := informers.NewSharedInformerFactoryWithOptions(client, 0,
		informers.WithTweakListOptions(func(list *metav1.ListOptions) {
			list.FieldSelector = fields.OneTermEqualSelector("type", string(core.SecretTypeTLS)).String()
		}))
	c.secret = certificates.Core().V1().Secrets().Informer()
	c.started = []func(<-chan struct{}){all.Start, certificates.Start}
	watched := []cache.SharedIndexInformer{c.ingress, c.service, c.slices, c.secret}
	if o.configMap != "" {
		namespace, name, _ := strings.Cut(o.configMap, "/")
		one := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace),
			informers.WithTweakListOptions(func(list *metav1.ListOptions) {
				list.FieldSelector = fields.OneTermEqualSelector("metadata.name", name).String()
			}))
		c.settings = one.Core().V1().ConfigMaps().Informer()
		c.started = append(c.started, one.Start)
		watched = append(watched, c.settings)
	}
	changed := func() { c.queue.AddAfter(everything, settle) }
	for _, informer := range watched {
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { changed() },
			UpdateFunc: func(any, any) { changed() },
			DeleteFunc: func(any) { changed() },
		})
		if err != nil {
			return nil, err
		}
		c.synced = append(c.synced, informer.HasSynced)
	}
	return c, nil
}

// run keeps nginx as the cluster says until the context ends.
func (c *controller) run(ctx context.Context) error {
	for _, start := range c.started {
		start(ctx.Done())
	}
	if !cache.WaitForCacheSync(ctx.Done(), c.synced...) {
		return nil
	}
	// What the cluster says at the start must be loaded before this is ready, and be right.
	if err := c.sync(ctx); err != nil {
		return err
	}
	c.ready.Store(true)
	klog.Info("ready")
	go func() {
		<-ctx.Done()
		c.queue.ShutDown()
	}()
	for {
		key, over := c.queue.Get()
		if over {
			return nil
		}
		if err := c.sync(ctx); err != nil {
			klog.Errorf("%v", err)
			c.queue.AddRateLimited(key)
		} else {
			c.queue.Forget(key)
		}
		c.queue.Done(key)
	}
}

// sync makes nginx do what the cluster says now, and says so.
func (c *controller) sync(ctx context.Context) error {
	known := c.known()
	if c.options.configMap != "" && known.configMap == nil && !c.ready.Load() {
		return fmt.Errorf("the ConfigMap %s of -nginx-configmaps does not exist", c.options.configMap)
	}
	made, verdicts, complaints := build(known, c.options.ingressClass, c.options.defaultServerSecret)
	if c.options.defaultServerSecret != "" && made.DefaultSecret == "" && !c.ready.Load() {
		return fmt.Errorf("-default-server-tls-secret: %s", strings.Join(complaints, "; "))
	}
	failure := c.load(ctx, made)
	for _, own := range verdicts {
		c.say(own, failure)
	}
	c.complain(known.configMap, complaints)
	c.status.update(ctx, verdicts, known)
	return failure
}

// load loads a configuration, unless it is the one in force.
func (c *controller) load(ctx context.Context, made *site) error {
	plain, err := newConfiguration(c.options, made, "", c.ipv6).render()
	if err != nil {
		return err
	}
	if string(plain) == c.loaded {
		return nil
	}
	c.round++
	began := time.Now()
	err = c.nginx.load(ctx, newConfiguration(c.options, made, strconv.Itoa(c.round), c.ipv6))
	if err != nil {
		return err
	}
	c.loaded = string(plain)
	klog.Infof("configuration %d is in force after %s: %d hosts", c.round, time.Since(began).Round(time.Millisecond), len(made.Servers))
	return nil
}

// say tells by an event what became of an Ingress, once for each change of it or of the outcome.
func (c *controller) say(own verdict, failure error) {
	ingress := own.ingress
	text := fmt.Sprintf("Configuration for %s/%s was added or updated ", ingress.Namespace, ingress.Name)
	kind, reason := core.EventTypeNormal, "AddedOrUpdated"
	switch {
	case own.rejected != "":
		kind, reason, text = core.EventTypeWarning, "Rejected", own.rejected
	case failure != nil:
		kind, reason = core.EventTypeWarning, "AddedOrUpdatedWithError"
		text += "; but was not applied: " + failure.Error()
	case len(own.warnings) > 0:
		kind, reason = core.EventTypeWarning, "AddedOrUpdatedWithWarning"
		text += "; with warning(s): " + strings.Join(own.warnings, "; ")
	}
	if c.news(ingress.UID, reason, text, strconv.FormatInt(ingress.Generation, 10), fmt.Sprint(ingress.Annotations)) {
		c.events.Event(ingress, kind, reason, strings.TrimSpace(text))
	}
}

func (c *controller) complain(configMap *core.ConfigMap, complaints []string) {
	if configMap == nil || !c.news(configMap.UID, complaints...) {
		return
	}
	for _, complaint := range complaints {
		klog.Warningf("ConfigMap %s/%s: %s", configMap.Namespace, configMap.Name, complaint)
		c.events.Event(configMap, core.EventTypeWarning, "UpdatedWithError", complaint)
	}
}

// news says whether this differs from what was last said of an object.
func (c *controller) news(object types.UID, words ...string) bool {
	sum := fnv.New64a()
	for _, word := range words {
		sum.Write([]byte(word))
		sum.Write([]byte{0})
	}
	if last, said := c.said[object]; said && last == sum.Sum64() {
		return false
	}
	c.said[object] = sum.Sum64()
	return true
}

// known collects what the informers have.
func (c *controller) known() *cluster {
	found := &cluster{
		services: map[types.NamespacedName]*core.Service{},
		slices:   map[types.NamespacedName][]*discovery.EndpointSlice{},
		secrets:  map[types.NamespacedName]*core.Secret{},
	}
	list(c.ingress, func(_ types.NamespacedName, ingress *networking.Ingress) {
		found.ingresses = append(found.ingresses, ingress)
	})
	list(c.service, func(name types.NamespacedName, service *core.Service) { found.services[name] = service })
	list(c.secret, func(name types.NamespacedName, secret *core.Secret) { found.secrets[name] = secret })
	list(c.slices, func(name types.NamespacedName, slice *discovery.EndpointSlice) {
		name.Name = slice.Labels[discovery.LabelServiceName]
		found.slices[name] = append(found.slices[name], slice)
	})
	if c.settings != nil {
		list(c.settings, func(_ types.NamespacedName, configMap *core.ConfigMap) { found.configMap = configMap })
	}
	return found
}

// list calls each for every object that an informer has.
func list[T metav1.Object](informer cache.SharedIndexInformer, each func(types.NamespacedName, T)) {
	_ = cache.ListAll(informer.GetStore(), labels.Everything(), func(object any) {
		if typed, ok := object.(T); ok {
			each(types.NamespacedName{Namespace: typed.GetNamespace(), Name: typed.GetName()}, typed)
		} else {
			klog.Errorf("an informer holds a %T", object)
		}
	})
}
