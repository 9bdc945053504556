# Licensed under the Apache License, Version 2.0 (the "License"); you may
# not use this file except in compliance with the License. You may obtain
# a copy of the License at
#
#      http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS, WITHOUT
# WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the
# License for the specific language governing permissions and limitations
# under the License.

import importlib.metadata

project = 'osc-imageshare'
copyright = 'osc-imageshare developers'
release = importlib.metadata.version('osc-imageshare')
version = release

extensions = [
    'cliff.sphinxext',
    'openstackdocstheme',
]

autoprogram_cliff_application = 'openstack'
autoprogram_cliff_app_dist_name = 'osc-imageshare'

html_theme = 'openstackdocs'
pygments_style = 'native'
# This is no part of docs.openstack.org: its readers are not counted there,
# and the licence is the one of the source.
html_theme_options = {'analytics_tracking_code': ''}
templates_path = ['_templates']
html_static_path = ['_static']
html_css_files = ['manual.css']
# Help texts are full of options and quoted commands, and what is printed here
# is copied: "--" must not become a dash, nor a quote a curly one.
smartquotes = False
# There is no repository or bug tracker that the theme could link to yet.
openstackdocs_auto_name = False
