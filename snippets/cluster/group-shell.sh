newgrp microk8s
