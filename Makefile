# `make run` starts the service for development; `make test` and `make lint` check it.
# Python 3.11 or newer and make are all that must be there before: see infra/setup.sh.

export DIG1_DATA_DIR ?= $(CURDIR)/.data
TOOLS = $(CURDIR)/.data/tools/bin
PYTEST = DIG1_ENV=local CHROMIUM="$(TOOLS)/chromium" .venv/bin/pytest
PARALLEL = -n 2 --dist loadgroup

# What a production environment looks like, for `manage.py check --deploy`; nothing is reached.
PRODUCTION = DIG1_ENV=production \
	SECRET_KEY=only-for-the-deployment-check-6f1dK3vQ9zT2xW8mB5nR7pL4 \
	CONTEXT_KEY=only-for-the-deployment-check-Y2hR8wE5tU1iO6pA3sD9fG7j \
	CERTIFICATE_KEY=only-for-the-deployment-check-B7kL1sX4cV9nM2qW6eR3tY8u \
	AZURE_STORAGE_ACCOUNT=dig1invalid \
	DATABASE_URL=postgresql://dig1_web@database.invalid/dig1 \
	STAFF_DATABASE_URL=postgresql://dig1_staff@database.invalid/dig1 \
	ALLOWED_HOSTS=dig1.invalid SITE_URL=https://dig1.invalid \
	EMAIL_URL=submission://mail.invalid:587 DEFAULT_FROM_EMAIL=dig1@dig1.invalid

.PHONY: run test test-fast lint format bench stop messages screenshots setup lock

run: setup ## set everything up and start the service; PORT=, DIG1_DATA_DIR=, DATABASE_URL=
	@DIG1_ENV=local .venv/bin/python manage.py run

setup: ## install what is missing
	@infra/setup.sh

test: ## all tests
	@infra/setup.sh chromium azurite
	$(PYTEST) $(PARALLEL)

test-fast: ## without browsers and without faults of servers and disks
	@infra/setup.sh azurite
	$(PYTEST) $(PARALLEL) -m "not browser and not fault"

lint: setup ## style, import directions, templates, migrations, deployment settings
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING

format: setup ## write the style that `make lint` checks
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## every benchmark as a ratio to its limit; ONLY=NAME runs one
	.venv/bin/python -m bench $(ONLY)

screenshots: ## the pictures of the README, in docs/screenshots/
	@infra/setup.sh chromium azurite
	$(PYTEST) tests/browser/screenshots.py

stop: ## stop the database servers, the service's and the tests'
	@.venv/bin/python -m dig1.devdb stop
	@DIG1_DATA_DIR="$(DIG1_DATA_DIR)/test" .venv/bin/python -m dig1.devdb stop

messages: ## collect the texts to translate, and compile the translations
	@infra/setup.sh gettext
	PATH="$(TOOLS):$$PATH" .venv/bin/python manage.py makemessages --locale fi --locale sv \
		--no-location --no-obsolete --ignore .venv --ignore .data --ignore node_modules --ignore tests
	.venv/bin/pybabel --quiet compile --domain django --directory locale

lock: setup ## write the lock files anew from requirements*.in
	.venv/bin/python -m venv .data/tools/uv
	.data/tools/uv/bin/pip install --quiet uv
	for name in requirements requirements-dev requirements-node; do \
		.data/tools/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
			$$name.in --output-file $$name.txt || exit 1; \
	done
