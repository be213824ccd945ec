from django.views.decorators.http import require_http_methods

form_methods = require_http_methods(["GET", "HEAD", "POST"])
