kind create cluster --name quarter
