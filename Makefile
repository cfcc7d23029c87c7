# Short names for the commands of bootstrap.py, which sets everything up first. `make` lists them.
# Another Python: make review PYTHON=python3.12 · without a network: make review WHEELS=folder

PYTHON ?= python3
RUN = $(PYTHON) bootstrap.py $(if $(WHEELS),--wheels "$(WHEELS)")

.DEFAULT_GOAL := help
.PHONY: help review test lab notebooks lint format typecheck sample codebook spark fuzz bench lock wheels clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

review: ## review the sample into reports/sample; EXPORTS=folder ARGS="--lang zh" for one's own
	@$(RUN) review $(EXPORTS) $(ARGS)

test: ## check style, layers and types, then run all tests, doctests and notebooks
	@$(RUN) test $(ARGS)

lab: ## open JupyterLab on the notebooks
	@$(RUN) lab $(ARGS)

notebooks: ## run copies of the notebooks on the sample; EXPORTS=folder for one's own
	@$(RUN) notebooks $(EXPORTS) $(ARGS)

lint: ## check style and the layers of imports
	@$(RUN) lint

format: ## write the code in the form that lint expects
	@$(RUN) format

typecheck: ## check the types
	@$(RUN) typecheck

sample: ## write the made-up exports of data/sample again, with the truth of what was planted
	@$(RUN) sample $(ARGS)

codebook: ## write the tables and features of data/README.md again
	@$(RUN) codebook

spark: ## compare every feature with Spark; needs Java 17 and fetches pyspark
	@$(RUN) spark $(ARGS)

fuzz: ## read 20,000 damaged exports and thousands of dirty ones; ARGS=1000 for fewer
	@$(RUN) fuzz $(ARGS)

bench: ## measure against peers
	@$(RUN) bench

lock: ## solve requirements.lock again; ARGS=--upgrade takes the newest versions
	@$(RUN) lock $(ARGS)

wheels: ## download the packages for a machine without a network
	@$(RUN) wheels

clean: ## remove the environment, reports and what tools leave behind
	@$(RUN) clean
